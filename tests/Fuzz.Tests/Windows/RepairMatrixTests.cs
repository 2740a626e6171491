// The matrix of repairs: each closes its window, each window is found as before with all others repaired, and a run through it
// carries its mark. The table of docs/repairs.md is what the runs say; MANAGARM_PERF_ACCEPT=1 writes it.


using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Windows;

/// <summary>Tests of the repairs by the bank of windows.</summary>
public sealed class RepairMatrixTests
{
    private const string Start = "<!-- matrix of repairs: begin -->\n";
    private const string End = "<!-- matrix of repairs: end -->";

    private const string Head =
        "| window | protocol | violation | marked | its schedule, repaired | with all repairs | with all but its own | entry |\n"
        + "|---|---|---|---|---|---|---|---|\n";

    /// <summary>Windows that have nothing left to show behind the repair of another: the half reply of R4 is an error of a lane
    /// to its caller, which is T1.</summary>
    private static readonly (string Window, string Repair)[] Behind = [("R4 of cancel-id", "T1")];

    private static readonly string PagePath = Path.Combine(RepositoryRoot.Path, "docs", "repairs.md");

    private static readonly Lazy<IReadOnlyList<RepairRow>> Matrix = new(() => [.. Repairable.Select(RepairRow.Of)]);

    private static IReadOnlyList<KnownWindow> Bank { get; } =
        WindowBank.Read(Path.Combine(RepositoryRoot.Path, "Corpus", "windows"));

    private static IEnumerable<KnownWindow> Repairable => Bank.Where(each => !each.IsBenign && each.Repair != Repairs.None);

    [Fact]
    public void A_repair_closes_its_window()
    {
        Assert.Empty(Matrix.Value.Where(row => row.ClosedBy is null).Select(row => $"{row.Window.Name}: shown with its repair"));
        Assert.Empty(Matrix.Value.Where(row => row.FoundWithAll > 0).Select(row => $"{row.Window.Name}: found with all repairs"));
    }

    [Fact]
    public void A_window_is_found_when_all_others_are_repaired()
    {
        Assert.Empty(Matrix.Value.Where(row => row.FoundWithout == 0).Select(row => $"{row.Window.Name}: not found"));
        IEnumerable<string> hidden = Matrix.Value.GroupBy(row => $"{row.Window.Window} of {row.Window.Protocol.Name}")
            .Where(rows => rows.All(row => row.HiddenBy.Length > 0) && !Behind.Contains((rows.Key, rows.First().HiddenBy)))
            .Select(rows => $"{rows.Key}: {rows.First().HiddenBy} hides every entry");
        Assert.Empty(hidden);
    }

    [Fact]
    public void A_run_through_a_window_carries_its_mark()
    {
        Assert.Empty(Matrix.Value.Where(row => !row.IsMarked).Select(row => $"{row.Window.Name}: no mark in its own run"));
        Assert.Empty(Matrix.Value.Where(row => !row.IsMarkedWithout).Select(row => $"{row.Window.Name}: found without mark"));
    }

    [Fact]
    public void A_window_with_harm_has_a_repair_or_a_cause_that_needs_none() =>
        Assert.Empty(Bank.Where(each => !each.IsBenign && each.Repair == Repairs.None && each.Defects.IsEmpty
            && each.Limit == Limits.None).Select(each => each.Name));

    [Fact]
    public void The_page_has_the_matrix()
    {
        string page = File.ReadAllText(PagePath);
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int to = page.IndexOf(End, from, StringComparison.Ordinal);
        string actual = Head + string.Concat(Matrix.Value.Select(row => row.Line() + "\n"));
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(PagePath, page[..from] + actual + page[to..]);
            return;
        }

        Assert.Equal(page[from..to], actual);
    }
}
