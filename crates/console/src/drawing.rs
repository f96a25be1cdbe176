//! A text as a QR code, to be scanned with a telephone.

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// Squares left empty around a code, as scanners need them.
const MARGIN: usize = 4;

/// The squares of a code.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// The length of a side in squares, with the margin.
    pub(crate) side: usize,
    /// All dark squares, as the path of a drawing (SVG 2, section 9.3).
    pub(crate) path: String,
}

impl Drawing {
    /// Draws a text.
    ///
    /// # Errors
    /// When it is longer than some 2,300 bytes.
    pub(crate) fn of(text: &str) -> Result<Self, QrError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
        let width = code.width();
        let mut path = String::new();
        for (row, colors) in code.to_colors().chunks(width).enumerate() {
            let mut column = 0;
            for run in colors.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    let (x, y, length) = (column + MARGIN, row + MARGIN, run.len());
                    path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
                }
                column += run.len();
            }
        }
        Ok(Self { side: width + 2 * MARGIN, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_the_corner_that_scanners_look_for() {
        let drawing = Drawing::of("otpauth://totp/x").unwrap();
        assert_eq!(drawing.side, 25 + 8);
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "{}", drawing.path);
        assert!(drawing.path.contains("M4 5h1v1h-1zM10 5h1v1h-1z"));
        assert!(Drawing::of(&"x".repeat(3_000)).is_err());
    }
}
