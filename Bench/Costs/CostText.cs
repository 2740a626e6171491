// The figures of the seed corpus as tables. A time that is not believed is a hyphen, and so is a summary of shares left out;
// bytes are exact on any machine.

using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Costs;

/// <summary>Writes the seed corpus' figures for people.</summary>
internal static class CostText
{
    /// <summary>Writes the tables.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="report">What was measured.</param>
    internal static void Write(TextWriter output, CostReport report)
    {
        foreach (ProtocolCosts protocol in report.Protocols)
        {
            string rounds = Plural.Of(protocol.Rounds, "round");
            output.WriteLine($"{protocol.Protocol}: {Plural.Of(report.Scenarios, "scenario")}, {rounds}");
            output.WriteLine(
                $"  {"variant",-22}{"ns/step",9}{"min",8}{"runs/s",11}{"calls/s",11}{"Msteps/s",10}{"Mdec/s",8}{"B/run",7}");
            foreach (VariantSpeed speed in protocol.Variants)
            {
                output.WriteLine(report.Believes(speed.Spread)
                    ? $"  {speed.Name,-22}{speed.NanosecondsPerStep,9:f1}{speed.MinimumNanosecondsPerStep,8:f1}"
                        + $"{speed.RunsPerSecond,11:f0}{speed.CallsPerSecond,11:f0}{speed.StepsPerSecond / 1e6,10:f2}"
                        + $"{speed.DecisionsPerSecond / 1e6,8:f2}{speed.BytesPerRun,7:f0}"
                    : $"  {speed.Name,-22}{"-",9}{"-",8}{"-",11}{"-",11}{"-",10}{"-",8}{speed.BytesPerRun,7:f0}");
            }
        }

        foreach (ProtocolCosts protocol in report.Protocols.Where(protocol => report.Believes(protocol.Spread)))
        {
            output.WriteLine(
                $"summary {protocol.Protocol}: oracle {protocol.OracleShare:+0.0%;-0.0%}, "
                + $"access log {protocol.LogShare:+0.0%;-0.0%}, random walk {protocol.WalkShare:+0.0%;-0.0%} of the bare step; "
                + $"reset ({protocol.ResetBytes} bytes) {protocol.ResetShare:0.0%}, begin {protocol.BeginShare:0.0%} of a run");
        }
    }
}
