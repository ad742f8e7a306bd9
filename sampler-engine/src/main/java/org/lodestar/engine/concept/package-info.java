/// Lists of subjects that pictures should stay clear of: finding them in a prompt by their words, and rewording the prompt.
package org.lodestar.engine.concept;
