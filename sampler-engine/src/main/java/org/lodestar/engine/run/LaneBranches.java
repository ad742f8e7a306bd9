package org.lodestar.engine.run;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.codec.TextEncoder.Reading;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.prompt.Composition;
import org.lodestar.engine.prompt.Dialect;

/// The encoded texts of one lane as branches of the network.
///
/// @param cond        the prompt; the first one where it says AND
/// @param base        the negative prompt, or none
/// @param empty       no prompt
/// @param hasNegative whether a negative prompt was given
/// @param wording     the words they were made from
/// @param syntax      how they were read
/// @param prompts     further texts that policies named
record LaneBranches(Branch cond, Branch base, Branch empty, boolean hasNegative, Wording wording, Dialect syntax, Map<String, Branch> prompts)
        implements Branches {

    /// Encodes what a lane and its policies need, all in as many chunks as the longest text takes.
    static LaneBranches encode(Wording wording, List<String> prompts, Dialect syntax, TextEncoder text, CancelToken cancel) {
        String prompt = Composition.parse(wording.prompt(), syntax).parts().getFirst().text();
        int chunks = Stream.concat(Stream.of(prompt, wording.negative()), prompts.stream()).mapToInt(t -> text.chunks(t, syntax)).max().orElse(1);
        Reading reading = new Reading(syntax, chunks);
        Branch cond = Branch.main("cond", text.encode(prompt, reading, cancel));
        Branch empty = Branch.main("uncond", text.none(reading.ofNegative(), cancel));
        boolean hasNegative = !wording.negative().isBlank();
        Branch base = hasNegative ? Branch.main("negative", text.encode(wording.negative(), reading.ofNegative(), cancel)) : empty;
        Map<String, Branch> others =
                prompts.stream().distinct().collect(Collectors.toMap(p -> p, p -> Branch.main(p, text.encode(p, reading, cancel))));
        return new LaneBranches(cond, base, empty, hasNegative, wording, syntax, others);
    }

    /// Whether [#encode] would make the same of these.
    boolean holds(Wording words, List<String> texts, Dialect dialect) {
        return wording.equals(words) && syntax == dialect && prompts.keySet().equals(Set.copyOf(texts));
    }

    @Override
    public Branch prompt(String text) {
        Branch found = prompts.get(text);
        if (found == null) {
            throw new NoSuchElementException("the text \"" + text + "\" was not announced by a policy");
        }
        return found;
    }
}
