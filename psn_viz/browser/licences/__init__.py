"""The licences of what a site with live labs brings along: Pyodide and the Python in it. That of numpy is in it.

CPython.txt is the text of CPython 3.12, the branch of the pinned Pyodide (see `../pyodide.json`).
"""
