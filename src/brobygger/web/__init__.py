"""The application put together: settings, addresses, home, errors, command line."""
