"""Reading a raw message: pure functions, no database, no Django. Nothing here raises for what mail brings."""
