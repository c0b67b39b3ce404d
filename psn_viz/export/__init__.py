"""What is made from the course and handed on: the built notebooks."""
