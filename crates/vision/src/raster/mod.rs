//! What every reader needs of a picture, each written once.
//!
//! ```text
//! views.rs          smaller views of one picture, each made once
//! downsample.rs     area averaging: a smaller picture without aliasing
//! bilinear.rs       bilinear interpolation between four pixels
//! integral.rs       the integral image: the sum over any box in four look-ups
//! homography.rs     planes seen in perspective
//! least_squares.rs  normal equations, parabolas
//! order.rs          quantiles
//! luma.rs           the grey level of a colour
//! ```

pub(crate) mod bilinear;
pub(crate) mod downsample;
pub mod homography;
pub(crate) mod integral;
pub(crate) mod least_squares;
pub(crate) mod luma;
pub(crate) mod order;
pub(crate) mod views;

pub(crate) use bilinear::Bilinear;
pub use homography::Homography;
pub(crate) use integral::IntegralImage;

/// A point of a picture in pixels, or a place on a plane; the caller says which.
pub type Point = (f32, f32);
