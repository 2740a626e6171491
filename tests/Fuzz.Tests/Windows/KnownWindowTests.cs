// The bank of known windows stays true: the schedule line of each entry shows exactly what its file says, and a bounded search
// of an entry without harm finds nothing.

using Managarm.Perf.Fuzz.Windows;

namespace Managarm.Perf.Fuzz.Tests.Windows;

/// <summary>Tests of the entries in Corpus/windows.</summary>
public sealed class KnownWindowTests
{
    private const int SearchSeeds = 3;
    private const ulong SearchRuns = 2_000;

    public static TheoryData<string> Names => [.. Bank.Select(window => window.Name)];

    private static IReadOnlyList<KnownWindow> Bank { get; } =
        WindowBank.Read(Path.Combine(RepositoryRoot.Path, "Corpus", "windows"));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_window_behaves_as_its_file_says(string name)
    {
        KnownWindow window = Bank.Single(each => each.Name == name);
        var options = new HuntOptions { Seeds = SearchSeeds, Runs = SearchRuns };
        HuntResult result = Assert.Single(WindowHunt.Run([window], options, CancellationToken.None));
        Assert.True(result.Mismatch.Length == 0, $"{window.Path}: {result.Mismatch}");
        if (window.IsBenign)
        {
            Assert.Equal(SearchSeeds * SearchRuns, result.Tally.Runs);
            Assert.True(result.RunsInWindow > 0, $"{window.Path}: the search never enters the window");
        }
    }

    [Fact]
    public void The_bank_holds_windows_with_and_without_harm()
    {
        Assert.Contains(Bank, window => window.IsBenign);
        Assert.Contains(Bank, window => window.Window == "O1" && !window.IsBenign);
        Assert.Equal(Bank.Count, Bank.Select(window => window.Name).Distinct().Count());
    }
}
