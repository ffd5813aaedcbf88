//! Small pieces that several views share. None of them asks for anything.

pub mod controls;
pub mod mark;
pub mod name;
pub mod sent;
pub mod time;
