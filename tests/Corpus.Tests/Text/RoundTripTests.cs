// Text and scenario determine each other, both ways, for scenarios of every shape and with every kind of name.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class RoundTripTests
{
    [Fact]
    public void Parsing_a_formatted_scenario_gives_the_scenario() => Property.ForAll<byte[]>(3000, bytes =>
    {
        var random = new Prng((ulong)bytes.Length);
        var file = Samples.Decode(bytes, new Schedule());
        Samples.Rename(file.Scenario, ref random);
        return Samples.Parse(ScenarioFormatter.Format(file.Scenario)).Scenario.ContentEquals(file.Scenario);
    });

    [Fact]
    public void Dense_scenarios_survive_text_and_formatting_again_changes_nothing()
    {
        var random = new Prng(7);
        var bytes = new byte[1200];
        for (var i = 0; i < 3000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            var file = Samples.Decode(bytes, new Schedule());
            Samples.Rename(file.Scenario, ref random);
            var text = ScenarioFormatter.Format(file.Scenario);
            var parsed = Samples.Parse(text);
            Assert.True(parsed.Scenario.ContentEquals(file.Scenario), text);
            Assert.Equal(text, ScenarioFormatter.Format(parsed.Scenario));
        }
    }

    // Every pass repeats the same scenarios: a rare kind of line initialises something when it comes for the first time.
    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Decoding_formatting_hashing_and_parsing_allocate_nothing_once_warm()
    {
        Prng random;
        var bytes = new byte[1200];
        var scenario = new Scenario();
        var schedule = new Schedule();
        var parser = new ScenarioParser();
        var parsed = new ScenarioFile();
        var text = new TextBuffer();
        ZeroBytes.Check("programs", () =>
        {
            random = new Prng(3);
            for (var i = 0; i < 200; i++)
            {
                Samples.FillBytes(ref random, bytes);
                ScenarioCodec.Decode(bytes, scenario, schedule);
                ScenarioHash.Of(scenario, text);
                Assert.True(parser.TryParse("test", text.Text, parsed, out _));
            }
        });
    }
}
