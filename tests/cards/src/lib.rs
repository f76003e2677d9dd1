//! Synthetic people, their credentials and photographs of them.
