"""The questions of the page "ten minutes" of the site."""
