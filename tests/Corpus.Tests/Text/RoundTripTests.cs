// Text and program determine each other, both ways, for programs of every shape and with every kind of name.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public void Parsing_a_formatted_program_gives_the_program() => Property.ForAll<byte[]>(3000, bytes =>
    {
        var random = new Prng((ulong)bytes.Length);
        var scenario = Samples.Decode(bytes, new Schedule());
        Samples.Rename(scenario.Program, ref random);
        return Samples.Parse(ScenarioFormatter.Format(scenario.Program)).Program.ContentEquals(scenario.Program);
    });

    [Fact]
    public void Dense_programs_survive_text_and_formatting_again_changes_nothing()
    {
        var random = new Prng(7);
        var bytes = new byte[1200];
        for (var i = 0; i < 3000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            var scenario = Samples.Decode(bytes, new Schedule());
            Samples.Rename(scenario.Program, ref random);
            var text = ScenarioFormatter.Format(scenario.Program);
            var parsed = Samples.Parse(text);
            Assert.True(parsed.Program.ContentEquals(scenario.Program), text);
            Assert.Equal(text, ScenarioFormatter.Format(parsed.Program));
        }
    }

    // Every pass repeats the same programs: a rare kind of line initialises something when it comes for the first time.
    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Decoding_formatting_hashing_and_parsing_allocate_nothing_once_warm()
    {
        Prng random;
        var bytes = new byte[1200];
        var program = new Program();
        var schedule = new Schedule();
        var parser = new ScenarioParser();
        var parsed = new Scenario();
        var text = new TextBuffer();
        ZeroBytes.Check("programs", () =>
        {
            random = new Prng(3);
            for (var i = 0; i < 200; i++)
            {
                Samples.FillBytes(ref random, bytes);
                ProgramCodec.Decode(bytes, program, schedule);
                ScenarioHash.Of(program, text);
                Assert.True(parser.TryParse("test", text.Text, parsed, out _));
            }
        });
    }
}
