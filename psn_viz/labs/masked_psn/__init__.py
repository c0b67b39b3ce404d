"""The masked PSN on its way from dense to masked, and what a later input does to earlier spikes on the way."""
