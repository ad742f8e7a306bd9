/// What artists write into prompts beside plain words: weights, breaks, alternatives over the run, several prompts in one. Reading never fails: what is no syntax is text.
package org.lodestar.engine.prompt;
