"""The archive as web pages, for reading: from query functions to HTML. No page needs JavaScript; none runs any."""
