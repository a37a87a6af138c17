"""The design system: pages, components, form fields and formats that every screen is made of."""
