// A machine that misbehaves like the ones that measurements are taken on: a speed that drifts, slices that are stolen, a second
// mode of speed, and processes that are a little faster or slower for their whole life. Seeded, so every test sees the same one.

using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Results.Tests.Statistics;

/// <summary>Makes tables of two contestants whose true ratio is known.</summary>
/// <param name="seed">Seed of all noise.</param>
internal sealed class SimulatedMachine(int seed)
{
    private const double StolenShare = 0.05;
    private const double SlowModeShare = 0.2;

    private readonly Random random = new(seed);
    private double drift;

    /// <summary>Spread of a single slice, as a share.</summary>
    internal double SliceNoise { get; init; } = 0.03;

    /// <summary>Spread between launches of the same program, as a share.</summary>
    internal double LaunchNoise { get; init; } = 0.01;

    /// <summary>Measures.</summary>
    /// <param name="trueRatio">Time of contestant 1 as a multiple of that of contestant 0.</param>
    /// <param name="launches">Number of launches.</param>
    /// <param name="rounds">Rounds of each launch.</param>
    /// <returns>What a runner would have recorded.</returns>
    internal ContestTable Measure(double trueRatio, int launches, int rounds)
    {
        var table = new ContestTable(2);
        for (int launch = 0; launch < launches; launch++)
        {
            double first = 10 * Math.Exp(LaunchNoise * Normal());
            double second = 10 * trueRatio * Math.Exp(LaunchNoise * Normal());
            table.BeginLaunch();
            for (int round = 0; round < rounds; round++)
            {
                double a1 = Slice(first);
                double b1 = Slice(second);
                double b2 = Slice(second);
                double a2 = Slice(first);
                table.AddRound([a1, b1], [a2, b2]);
            }
        }

        return table;
    }

    private double Slice(double nanoseconds)
    {
        drift += 0.002 * Normal();
        double time = nanoseconds * Math.Exp(drift + (SliceNoise * Normal()));
        time *= random.NextDouble() < SlowModeShare ? 1.3 : 1;
        return random.NextDouble() < StolenShare ? time * (1 + (20 * random.NextDouble())) : time;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
