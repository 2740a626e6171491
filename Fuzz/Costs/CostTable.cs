// What a call costs under each protocol: a request that the POSIX server answers and one on a passthrough lane, each once to its
// natural end and once cancelled. The figures are counted in runs of the scenarios of Corpus/costs, in their default order.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Costs;

/// <summary>The table of costs.</summary>
public static class CostTable
{
    private static readonly (string Path, CallKind Kind, bool IsCancelled)[] Scenarios =
    [
        ("direct", CallKind.Waitpid, false),
        ("direct", CallKind.Waitpid, true),
        ("passthrough", CallKind.Read, false),
        ("passthrough", CallKind.Read, true),
    ];

    /// <summary>Runs the scenarios under all protocols.</summary>
    /// <param name="directory">Directory of the scenarios.</param>
    /// <returns>The rows, by protocol.</returns>
    /// <exception cref="CommandException">A scenario is not there or has mistakes.</exception>
    public static IReadOnlyList<CostRow> Measure(string directory)
    {
        Scenario[] scenarios = [.. Scenarios.Select(each => Read(directory, each.Path, each.IsCancelled))];
        var rows = new List<CostRow>();
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            for (int i = 0; i < scenarios.Length; i++)
            {
                (string path, CallKind kind, bool isCancelled) = Scenarios[i];
                string call = CallTable.Of(kind).Name;
                rows.Add(new CostRow(protocol, path, call, isCancelled, CostMeter.Measure(protocol, scenarios[i], kind)));
            }
        }

        return rows;
    }

    private static Scenario Read(string directory, string path, bool isCancelled)
    {
        string file = Path.Combine(directory, path + (isCancelled ? "-cancelled" : "") + CorpusStore.Extension);
        ScenarioSource read = ScenarioSource.Read(new ScenarioParser(), file);
        return read.IsValid
            ? read.File.Scenario
            : throw CommandException.BadScenario(read.Errors.Select(error => error.ToString()));
    }
}

/// <summary>A row of the table.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Path">Way to the server: <c>direct</c> or <c>passthrough</c>.</param>
/// <param name="Call">The call that is measured.</param>
/// <param name="IsCancelled">Whether a signal comes while the thread waits in the call.</param>
/// <param name="Cost">What it cost.</param>
public sealed record CostRow(IProtocol Protocol, string Path, string Call, bool IsCancelled, CallCost Cost);
