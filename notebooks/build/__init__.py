"""What builds the notebooks, the picture of the README and the cards of the gallery. Not in the wheel."""
