// The table of ratios in Markdown, so that the handbook can hold it. A time or ratio that is not believed is a hyphen; bytes are
// exact on any machine.

using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Ratios;

/// <summary>Writes ratios for people.</summary>
public static class RatioText
{
    /// <summary>Writes the table.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="report">What was measured.</param>
    public static void Write(TextWriter output, RatioReport report)
    {
        output.WriteLine("| subject | workload | ns | B/op | times ours | 95 % interval | aim |");
        output.WriteLine("|---|---|---:|---:|---:|---|---|");
        foreach (RatioLine line in report.Lines)
        {
            string subject = line.IsReference ? line.Subject : "";
            string time = line.IsTimeBelieved ? $"{line.Nanoseconds:f2}" : "-";
            string aim = line.Aim is null ? "" : $"at least {line.Aim:0.##}: {line.AimAnswer}";
            output.WriteLine($"| {subject} | {line.Workload} | {time} | {line.BytesPerOperation:0.##} {RatioOf(line)} {aim} |");
        }

        output.WriteLine();
        output.WriteLine(
            $"{report.Launches} launches each on {Plural.Of(report.Processors, "processor")}, threads "
            + (report.IsPinned ? "bound to processors" : "not bound to processors: this system does not allow it"));
    }

    private static string RatioOf(RatioLine line) => line switch
    {
        { IsReference: true } => "| 1 | |",
        { IsRatioBelieved: true } => $"| {line.Ratio:f2} | {line.Lower:f2} to {line.Upper:f2} |",
        _ => "| - | - |",
    };
}
