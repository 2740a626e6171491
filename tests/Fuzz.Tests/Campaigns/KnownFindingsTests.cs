// The list of known findings: what matches, what has expired, and what is refused with its place.

using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class KnownFindingsTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    private const string Text =
        """
        # comment

        * O1 | overtaken | expires 2026-12-01
        tristate T2 | closed | expires 2026-12-01
        * T4 | parked | expires 2026-11-21
        * limit deaf-servers | deaf | expires 2026-12-01
        """;

    [Theory]
    [InlineData("tristate", "O1", "overtaken")]
    [InlineData("lane-cancel", "O1", "overtaken")]
    [InlineData("tristate", "O1+T2", "overtaken")]
    [InlineData("tristate", "limit deaf-servers", "deaf")]
    [InlineData("lane-cancel", "T2", null)]
    [InlineData("tristate", "T4", null)]
    [InlineData("tristate", "O1+T4", null)]
    [InlineData("tristate", "O2", null)]
    [InlineData("tristate", "defect O1", null)]
    [InlineData("tristate", "unattributed", null)]
    public void A_cause_is_known_when_all_its_windows_are_listed_and_none_has_expired(
        string protocol, string cause, string? reason)
    {
        Assert.True(KnownFindings.TryParse("f", Text, out KnownFindings known, out _));
        Assert.Equal(reason, known.Find(protocol, Cause.Parse(cause), Today)?.Reason);
    }

    [Theory]
    [InlineData("O1")]
    [InlineData("O1+T2")]
    [InlineData("limit deaf-servers")]
    [InlineData("defect child-end-missed")]
    [InlineData("unattributed")]
    public void A_cause_is_read_as_it_is_written(string text) => Assert.Equal(text, Cause.Parse(text).ToString());

    /// <summary>The list names windows of the bank and limits, and every window that has a repair.</summary>
    [Fact]
    public void The_list_of_the_repository_names_every_window()
    {
        string[] names = [.. TestCampaign.Known.Entries.Select(static entry => entry.Cause.Split(' ', 2)[1])];
        foreach (NamedRepair repair in RepairCatalog.Entries)
        {
            Assert.Contains(repair.Name, names);
        }

        Assert.All(names.Where(static name => !name.StartsWith("limit ", StringComparison.Ordinal)),
            static name => Assert.True(RepairCatalog.TryFind(name, out _), name));
    }

    [Theory]
    [InlineData("a b c", "f:1:1: ")]
    [InlineData("\na | b | never", "f:2:8: ")]
    [InlineData("a | b | expires 2026-13-01", "f:1:8: ")]
    public void A_malformed_line_is_refused_with_its_place(string text, string place)
    {
        Assert.False(KnownFindings.TryParse("f", text, out _, out string error));
        Assert.StartsWith(place, error, StringComparison.Ordinal);
    }
}
