package org.lodestar.engine.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lodestar.engine.run.RunEvent;

/// Tells on the error stream how a run goes: one line that is written over where a person watches, else a line about twice a second.
final class Progress {
    private static final long PAUSE_NANOS = 500_000_000;
    private static final String ERASE = "\r\u001b[K";

    private final Optional<Terminal> terminal;
    private final Eta eta = new Eta();
    private long stepStart;
    private long lastLine;
    private boolean dirty;

    /// @param terminal where to tell; empty to keep silent
    Progress(Optional<Terminal> terminal) {
        this.terminal = terminal;
        this.stepStart = System.nanoTime();
        this.lastLine = stepStart - PAUSE_NANOS;
    }

    static Progress silent() {
        return new Progress(Optional.empty());
    }

    void loading(String phase) {
        if (terminal.isPresent() && terminal.get().interactive()) {
            show("loading: " + phase, false);
        }
    }

    /// `done` of `count` seeds have been looked at.
    void looking(int done, int count) {
        show("looked at " + done + " of " + count + " seeds", done == count);
    }

    void on(RunEvent event) {
        switch (event) {
            case RunEvent.Loading loading -> loading(loading.phase());
            case RunEvent.Started _ -> stepStart = System.nanoTime();
            case RunEvent.StepFinished step -> {
                if (step.lane() == 0) {
                    long now = System.nanoTime();
                    eta.step((now - stepStart) / 1e9);
                    stepStart = now;
                    int left = step.steps() - step.step() - 1;
                    show(line(step.step() + 1, step.steps(), eta.secondsPerStep(), eta.secondsLeft(left)), left == 0);
                }
            }
            case RunEvent.Noticed noticed -> {
                clear();
                terminal.ifPresent(to -> to.say(noticed.sentence()));
            }
            case RunEvent.Ended _ -> clear();
            default -> {}
        }
    }

    static String line(int done, int steps, OptionalDouble secondsPerStep, OptionalDouble secondsLeft) {
        StringBuilder line = new StringBuilder("step " + done + "/" + steps);
        secondsPerStep.ifPresent(s -> line.append("  ").append(s <= 1 ? number(1 / s) + " it/s" : number(s) + " s/it"));
        secondsLeft.ifPresent(s -> line.append("  ETA ").append(duration(s)));
        return line.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }

    private static String duration(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600 ? whole / 60 + " min " + whole % 60 + " s" : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    private void show(String line, boolean last) {
        terminal.ifPresent(to -> {
            if (to.interactive()) {
                to.err().print(ERASE + line);
                to.err().flush();
                dirty = true;
            } else if (last || System.nanoTime() - lastLine >= PAUSE_NANOS) {
                to.say(line);
                lastLine = System.nanoTime();
            }
        });
    }

    private void clear() {
        if (dirty) {
            terminal.ifPresent(to -> {
                to.err().print(ERASE);
                to.err().flush();
            });
            dirty = false;
        }
    }
}
