//! Inconvenient words: CURP and RFC replace a letter when they would begin with one.

/// First four letters of a CURP whose second letter is replaced with X.
const CURP: &str = "BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO \
    COLA CULO FALO FETO GETA GUEI GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA \
    KOJE KOJI KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO MAME MAMO MEAR MEAS MEON MIAR MION MOCO \
    MOKO MULA MULO NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO RATA ROBA ROBE ROBO \
    RUIN SENO TETA VACA VAGA VAGO VAKA VUEI VUEY WUEI WUEY";

/// First four letters of an RFC whose fourth letter is replaced with X.
const RFC: &str = "BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COJA COJE COJI COJO CULO FETO GUEY \
    JOTO KACA KACO KAGA KAGO KOGE KOJO KAKA KULO MAME MAMO MEAR MEAS MEON MION MOCO MULA PEDA \
    PEDO PENE PUTA PUTO QULO RATA RUIN";

/// Whether a CURP must not begin with these four letters.
pub(crate) fn in_curp(letters: &str) -> bool {
    CURP.split_ascii_whitespace().any(|word| word == letters)
}

/// Whether an RFC must not begin with these four letters.
pub(crate) fn in_rfc(letters: &str) -> bool {
    RFC.split_ascii_whitespace().any(|word| word == letters)
}
