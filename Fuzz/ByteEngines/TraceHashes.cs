// The hashes of the runs of every seed under every protocol. Instrumented code must run as plain code does, decision by
// decision, or what an engine finds is nothing that the plain program shows; CI compares what both print.

using System.Globalization;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.ByteEngines;

/// <summary>Prints hashes of runs.</summary>
internal static class TraceHashes
{
    private const int DrawnSchedules = 3;

    /// <summary>Prints a line for each protocol and seed: the default schedule's hash, then those of drawn ones.</summary>
    /// <param name="output">Receives them.</param>
    internal static void Write(TextWriter output)
    {
        IReadOnlyList<(string Name, EngineInput Input)> seeds = StartInputs.Seeds();
        var mix = new ScheduleMix();
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            using var runner = new ScenarioRunner(protocol, Profile.Managarm);
            foreach ((string name, EngineInput input) in seeds)
            {
                output.Write($"{protocol.Name} {name} {HashOf(runner, input, NonPreemptive.Instance)}");
                var random = new Prng(input.Seed);
                for (int i = 0; i < DrawnSchedules; i++)
                {
                    output.Write($" {HashOf(runner, input, mix.Draw(ref random))}");
                }

                output.Write('\n');
            }
        }
    }

    private static string HashOf(ScenarioRunner runner, EngineInput input, IScheduleStrategy strategy) =>
        runner.Run(input.Scenario, strategy, default).TraceHash.ToString("x16", CultureInfo.InvariantCulture);
}
