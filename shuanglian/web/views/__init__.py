"""The pages of the shell. They fetch and render; what they change they ask the actions of the apps below to change."""
