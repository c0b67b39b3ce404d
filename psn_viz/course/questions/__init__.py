"""The kinds of questions: predictions of several kinds, recall, and the widget that asks them."""
