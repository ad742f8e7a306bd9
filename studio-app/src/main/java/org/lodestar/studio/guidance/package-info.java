/// The guidance stack as cards, generated from the catalogue's descriptors: a chooser, a sentence, and one control per parameter.
package org.lodestar.studio.guidance;
