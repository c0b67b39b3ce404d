"""The texts of the course in other languages than English, which stands in the sources themselves.

A language is a folder of data here, such as `zh`; nothing else has to know of it. `tables` says what is in one and
reads it, `translate` looks texts up, `page_script` has what a page needs to let its reader choose.
"""
