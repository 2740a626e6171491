// Every command of Fuzz ends in order when it is interrupted, be it before it begins or in the middle: it exits with 130 unless
// it had come to its end, prints no stack, and its documents are whole. One that was in the middle of it had said what it did.

using System.Text.Json;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed class CommandInterruptionTests
{
    private static readonly string[] Endless =
    [
        "campaign --time 8h --protocol all",
        "campaign --time 8h --protocol ordered --json",
        "campaign --runs 1000000000 --protocol tristate",
        "run {seed} --strategy random --runs 1000000000",
        "run {seed} --strategy pct:3 --runs 1000000000 --protocol monolithic --json",
        "run {seed} --strategy every-step",
        "explore {big} --protocol tristate --runs 1000000000",
        "explore {big} --protocol ordered --runs 1000000000 --json",
        "explore --all-small --protocol all",
        "explore --primitives",
        "explore --primitives --defects",
        "shrink {window}",
        "shrink --all {windows}",
        "shrink --all {windows} --verify --jobs 2",
        "triage {windows}",
        "defects hunt --seeds 9999 --runs 999999",
        "defects hunt --seeds 9999 --runs 999999 --json",
        "windows hunt --seeds 9999 --runs 999999",
        "windows hunt O1 --seeds 9999 --runs 999999 --strategy random,pct:3 --json",
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string line in Endless)
            {
                cases.Add(line, 0);
                cases.Add(line, 400);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_interrupted_command_ends_in_order(string line, int afterMilliseconds)
    {
        using var scratch = new ScratchDirectory();
        string corpus = Path.Combine(RepositoryRoot.Path, "Corpus", "seeds");
        string[] arguments = [.. line
            .Replace("{windows}", Path.Combine(RepositoryRoot.Path, "Corpus", "windows"), StringComparison.Ordinal)
            .Replace(
                "{window}", Path.Combine(RepositoryRoot.Path, "Corpus", "windows", "slow-read-overtaken.scn"),
                StringComparison.Ordinal)
            .Replace("{seed}", Path.Combine(corpus, "read-signal.scn"), StringComparison.Ordinal)
            .Replace("{big}", Path.Combine(corpus, "read-data-races-signal.scn"), StringComparison.Ordinal).Split(' ')];
        bool hasData = line.StartsWith("campaign", StringComparison.Ordinal)
            || line is "shrink {window}" or "triage {windows}"
            || (line.StartsWith("explore", StringComparison.Ordinal) && !line.Contains("--primitives", StringComparison.Ordinal));
        string[] data = hasData ? ["--data", scratch.At("data")] : [];
        using var stop = new CancellationTokenSource();
        if (afterMilliseconds == 0)
        {
            stop.Cancel();
        }
        else
        {
            stop.CancelAfter(afterMilliseconds);
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            Stop = stop.Token,
            ProgressInterval = TimeSpan.FromMilliseconds(50),
        };
        int exitCode = FuzzApplication.Run([.. arguments, .. data], context);
        bool isShort = line.Contains("every-step", StringComparison.Ordinal) || line == "shrink {window}";
        bool mayEnd = isShort && afterMilliseconds > 0;
        Assert.True(afterMilliseconds == 0 || mayEnd || Says(error, " s  "), "it was silent");
        Assert.True(exitCode == CommandExit.Interrupted || mayEnd, $"{exitCode}: {error}");
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
        Assert.True(mayEnd || Says(output, "interrupted") || Says(error, "interrupted"), "it did not say why it ended");
        if (line.EndsWith("--json", StringComparison.Ordinal) && output.ToString().Length > 0)
        {
            using var document = JsonDocument.Parse(output.ToString());
            Assert.Equal(Provenance.Member, document.RootElement.EnumerateObject().Last().Name);
        }
    }

    private static bool Says(StringWriter writer, string word) =>
        writer.ToString().Contains(word, StringComparison.Ordinal);
}
