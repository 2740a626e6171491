// The enumeration of small scenarios: all of them, each once, and each a scenario.

using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Exploring;

namespace Managarm.Perf.Fuzz.Tests.Exploring;

public sealed class SmallWorldsTests
{
    [Theory]
    [InlineData(1, 0, 16)]
    [InlineData(1, 1, 64)]
    [InlineData(2, 1, 1032)]
    public void There_are_as_many_as_can_be_counted(int calls, int signals, int expected)
    {
        var worlds = new SmallWorlds(calls, signals);
        ulong[] hashes = [.. worlds.Texts().Select(text => ScenarioHash.Of(worlds.Parse(text)))];
        Assert.Equal(expected, hashes.Length);
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void The_largest_has_three_calls_and_two_signals()
    {
        var worlds = new SmallWorlds(3, 2);
        Assert.Equal(1 + 3 + 2, worlds.Texts().Max(text => worlds.Parse(text).CallCount));
    }
}
