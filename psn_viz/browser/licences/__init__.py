"""The licences of what a site with live labs brings along: Pyodide and the Python in it. That of numpy is in it."""
