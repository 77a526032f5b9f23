"""What is thrown at the stub, and the doors it goes in by."""
