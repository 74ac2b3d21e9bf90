"""Widgets and rendered texts that the screens are made of."""
