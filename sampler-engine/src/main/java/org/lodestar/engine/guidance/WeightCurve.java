package org.lodestar.engine.guidance;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Parameters;

/// The factor `f(p)` of the strength over the run, `p` from 0 (noise) to 1 (clean).
///
/// ```
/// flat    1                    linear   2p                  reversed 2(1-p)
/// cosine  1 - cos(pi*p)        sine     (pi/2)*sin(pi*p)    beta     6p(1-p)
/// lambda  2(1 - |2p-1|)        v        2|2p-1|             clamped  2p
/// falling_cosine  1 + cos(pi*p)
/// pcs     k*(1 - cos(pi*p^power)), k so that the mean is 1
/// exponential     k*exp(rate*p), k = rate/(exp(rate) - 1) so that the mean is 1
/// points  straight lines through the given points, level beyond them
/// ```
public final class WeightCurve {
    /// All shapes.
    public static final List<String> SHAPES = List.of(
            "flat", "linear", "reversed", "cosine", "falling_cosine", "sine", "lambda", "v", "pcs", "beta", "exponential", "clamped", WeightCurve.POINTS);

    /// The shape that goes through given points.
    public static final String POINTS = "points";

    /// Factors lie between this and its negative.
    public static final double LARGEST = 100;

    private final String shape;
    private final double power;
    private final double powerMean;
    private final double rate;
    private final List<Point> points;

    /// @param progress 0..1
    /// @param factor   of the strength as set
    public record Point(double progress, double factor) {}

    /// The curve of the parameters of [Curve].
    ///
    /// @throws EngineException.InvalidInput if it goes through points that are none
    public WeightCurve(Parameters parameters) {
        shape = parameters.text("shape");
        power = parameters.number("power");
        powerMean = mean(power);
        rate = parameters.number("rate");
        points = shape.equals(POINTS) ? parse(parameters.text(POINTS)) : List.of();
    }

    public String shape() {
        return shape;
    }

    /// The points that the shape goes through; none for the other shapes.
    public List<Point> points() {
        return points;
    }

    public double at(double p) {
        return switch (shape) {
            case "linear", "clamped" -> 2 * p;
            case "reversed" -> 2 * (1 - p);
            case "cosine" -> 1 - Math.cos(Math.PI * p);
            case "falling_cosine" -> 1 + Math.cos(Math.PI * p);
            case "sine" -> Math.PI / 2 * Math.sin(Math.PI * p);
            case "lambda" -> 2 * (1 - Math.abs(2 * p - 1));
            case "v" -> 2 * Math.abs(2 * p - 1);
            case "pcs" -> poweredCosine(p, power) / powerMean;
            case "beta" -> 6 * p * (1 - p);
            case "exponential" -> rate == 0 ? 1 : Math.exp(rate * p) * rate / Math.expm1(rate);
            case POINTS -> between(p);
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

    /// `0:0 0.3:1.5 1:0.5`
    public static String text(List<Point> points) {
        return points.stream().map(point -> plain(point.progress) + ":" + plain(point.factor)).collect(Collectors.joining(" "));
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static List<Point> parse(String text) {
        List<Point> points = new ArrayList<>();
        for (String pair : text.strip().split("[\\s,]+", -1)) {
            String[] parts = pair.split(":", -1);
            try {
                Point point = new Point(Double.parseDouble(parts[0]), Double.parseDouble(parts[parts.length - 1]));
                boolean rising = points.isEmpty() || point.progress > points.getLast().progress;
                if (parts.length == 2 && rising && point.progress >= 0 && point.progress <= 1 && Math.abs(point.factor) <= LARGEST) {
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
