"""What people may type in the exchange."""
