"""What a lab is made of: its definition, controls, traces and words. No widgets, no plotly, no IPython."""
