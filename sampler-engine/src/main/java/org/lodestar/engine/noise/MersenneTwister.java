package org.lodestar.engine.noise;

/// The 32-bit Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded by the linear recurrence with multiplier 1812433253.
///
/// Only the low 32 bits of the seed count: seeds that differ by a multiple of 2^32 give the same sequence.
final class MersenneTwister {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next = N;

    MersenneTwister(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /// Passes over `words` words.
    void skip(long words) {
        long left = words;
        while (left >= N - next) {
            left -= N - next;
            refill();
        }
        next += (int) left;
    }

    /// The next 32 bits.
    int nextInt() {
        if (next == N) {
            refill();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    private void refill() {
        for (int i = 0; i < N; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }
}
