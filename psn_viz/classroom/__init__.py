"""What a teacher does with a class: collect and mark what was handed in."""
