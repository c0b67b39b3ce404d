"""`psn-viz vote`: phones answer a question, the projector shows the spread, and the truth once it is uncovered."""
