// The list of known findings: what matches, what has expired, and what is refused with its place.

using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class KnownFindingsTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void A_star_matches_any_rest_and_an_expired_line_matches_nothing()
    {
        const string text = "# comment\n\na b* | why | expires 2026-12-01\nc d | why | expires 2026-11-21\n";
        Assert.True(KnownFindings.TryParse("f", text, out KnownFindings known, out _));
        Assert.NotNull(known.Find("a b c", Today));
        Assert.Null(known.Find("a c", Today));
        Assert.Null(known.Find("c d", Today));
        Assert.NotNull(known.Find("c d", new DateOnly(2026, 11, 21)));
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
