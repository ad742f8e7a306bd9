package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// A guidance weight that changes over the run.
///
/// ```
/// w := 1 + (w - 1)*f(p),   p = (i + 1/2)/N      step i of N, from 0
/// flat    1                    linear   2p                  reversed 2(1-p)
/// cosine  1 - cos(pi*p)        sine     (pi/2)*sin(pi*p)    beta     6p(1-p)
/// lambda  2(1 - |2p-1|)        v        2|2p-1|
/// pcs     k*(1 - cos(pi*p^power)), k so that the mean is 1
/// clamped w := max(floor, 1 + (w-1)*2p)
/// points  straight lines through the given points
/// ```
///
/// Counted from the plain prompt: at `f = 0` the picture follows the prompt unguided, and the second branch is not asked. All shapes but `clamped` and `points` have the
/// mean 1, so that the average strength stays what the slider says. Neutral: `flat`.
///
/// Source: Wang et al. 2024, arXiv 2404.13040.
public final class Curve implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "curve",
                    "Curve",
                    "Strength curve",
                    "Changes the strength on the way: rising curves begin freely and end literal, which gives variety and detail; or draw your own.",
                    "w := 1 + (w-1)*f(p), p = (i + 1/2)/N",
                    "arXiv 2404.13040",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Choice(
                                    "shape",
                                    "Shape",
                                    List.of("flat", "linear", "reversed", "cosine", "sine", "lambda", "v", "pcs", "beta", "clamped", "points"),
                                    "linear",
                                    "How the strength goes: rising, falling, a hill, a valley, or the points below."),
                            ParameterSpec.number("floor", "Least strength", 0, 100, 20, 2, 0.1, "Only for clamped: the strength never falls below this."),
                            ParameterSpec.number("power", "Late rise", 0.2, 8, 4, 0.1, "Only for pcs: larger values keep the strength low for longer."),
                            new ParameterSpec.Text(
                                    "points",
                                    "Points",
                                    "0:1 1:1",
                                    "Only for points: pairs progress:factor, for example 0:0 0.3:1.5 1:0.5; factor 1 is the strength as set."))),
            Set.of(Slot.CURVE),
            "1 where the strength is 1",
            Curve::new);

    private record Point(double progress, double factor) {}

    private final String shape;
    private final double floor;
    private final double power;
    private final double powerMean;
    private final List<Point> points;

    private Curve(Parameters parameters) {
        shape = parameters.text("shape");
        floor = parameters.number("floor");
        power = parameters.number("power");
        powerMean = mean(power);
        points = parse(parameters.text("points"));
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double curve(StepContext context, double weight) {
        double p = (context.step() + 0.5) / context.steps();
        double curved = 1 + (weight - 1) * factor(p);
        return shape.equals("clamped") ? Math.max(floor, curved) : curved;
    }

    private double factor(double p) {
        return switch (shape) {
            case "linear", "clamped" -> 2 * p;
            case "reversed" -> 2 * (1 - p);
            case "cosine" -> 1 - Math.cos(Math.PI * p);
            case "sine" -> Math.PI / 2 * Math.sin(Math.PI * p);
            case "lambda" -> 2 * (1 - Math.abs(2 * p - 1));
            case "v" -> 2 * Math.abs(2 * p - 1);
            case "pcs" -> poweredCosine(p, power) / powerMean;
            case "beta" -> 6 * p * (1 - p);
            case "points" -> between(p);
            default -> 1;
        };
    }

    private static double poweredCosine(double p, double power) {
        return 1 - Math.cos(Math.PI * Math.pow(p, power));
    }

    private static double mean(double power) {
        int n = 1000;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += poweredCosine((i + 0.5) / n, power);
        }
        return sum / n;
    }

    private double between(double p) {
        Point before = points.getFirst();
        for (Point point : points) {
            if (point.progress >= p) {
                double width = point.progress - before.progress;
                return width == 0 ? point.factor : before.factor + (point.factor - before.factor) * (p - before.progress) / width;
            }
            before = point;
        }
        return before.factor;
    }

    private static List<Point> parse(String text) {
        List<Point> points = new ArrayList<>();
        for (String pair : text.strip().split("[\\s,]+", -1)) {
            String[] parts = pair.split(":", -1);
            try {
                Point point = new Point(Double.parseDouble(parts[0]), Double.parseDouble(parts[parts.length - 1]));
                boolean rising = points.isEmpty() || point.progress > points.getLast().progress;
                if (parts.length == 2 && rising && point.progress >= 0 && point.progress <= 1 && Math.abs(point.factor) <= 100) {
                    points.add(point);
                    continue;
                }
            } catch (NumberFormatException e) {
                // Said below, like every other pair that is not one.
            }
            throw new EngineException.InvalidInput(
                    "curve(points)",
                    "pairs progress:factor with progress rising from 0 to 1 and factors from -100 to 100",
                    "\"" + pair + "\" in \"" + text + "\"",
                    "Write it like 0:0 0.3:1.5 1:0.5");
        }
        return List.copyOf(points);
    }
}
