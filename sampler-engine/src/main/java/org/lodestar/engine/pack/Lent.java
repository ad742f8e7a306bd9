package org.lodestar.engine.pack;

import java.util.List;
import java.util.Locale;
import org.lodestar.engine.model.Branch;

/// A denoiser that another model lends: it takes a role beside the main one, in place of a network of the model's own folder.
///
/// @param role  one of [#ROLES]
/// @param model whose it is: "starter" or a folder
/// @param hash  SHA-256 over the lender's files, hex ([ContentHash]); empty as long as they have not been read. A run refuses a lender with another one.
public record Lent(Branch.Net role, String model, String hash) {
    /// What a net of another model can be: a weaker sibling, or the second of two whose weights are mixed.
    public static final List<Branch.Net> ROLES = List.of(Branch.Net.WEAK, Branch.Net.SECOND);

    public Lent {
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException("no role for a lent net: " + role);
        }
    }

    /// A lender that has not been read yet.
    public static Lent by(String model, Branch.Net role) {
        return new Lent(role, model, "");
    }

    /// The role's name in recipes and on the command line: `weak`, `second`.
    public static String id(Branch.Net role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
