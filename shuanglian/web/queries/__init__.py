"""What the shell asks: the desk, the enterprise's home, the figures, the menu, the search."""
