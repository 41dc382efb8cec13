"""What can be done with suggestions, and how vectors are kept. Every verb: permission, validity, save, history."""
