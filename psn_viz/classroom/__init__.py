"""What a teacher uses with a class."""
