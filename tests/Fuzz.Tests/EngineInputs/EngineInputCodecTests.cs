// Bytes and engine inputs: decoding never fails, every input that it gives survives encoding, and so do the project's own ones.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Searching;

namespace Managarm.Perf.Fuzz.Tests.EngineInputs;

public sealed class EngineInputCodecTests
{
    private const int MaximumBytes = 1500;

    [Fact]
    public void Any_bytes_are_an_input_that_survives_or_none() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static bytes => IsStable(bytes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(600).WithReplay(20250723, 11400714819323198485));

    [Fact]
    public void Dense_bytes_of_both_forms_are_inputs_that_survive()
    {
        var random = new Prng(17);
        var bytes = new byte[MaximumBytes];
        int decoded = 0;
        for (int i = 0; i < 2000; i++)
        {
            for (int place = 0; place < bytes.Length; place++)
            {
                bytes[place] = (byte)random.NextBelow(256);
            }

            bytes[0] = i % 2 == 0 ? EngineInputCodec.SeededMark : EngineInputCodec.ExactMark;
            int length = 1 + (int)random.NextBelow(MaximumBytes);
            decoded += EngineInputCodec.TryDecode(bytes.AsSpan(0, length), new EngineInput()) ? 1 : 0;
            Assert.True(IsStable(bytes[..length]));
        }

        Assert.InRange(decoded, 1500, 2000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("53")]
    [InlineData("5300000000000000000000")]
    [InlineData("44")]
    [InlineData("0001010100010000")]
    public void What_would_be_no_run_is_refused(string hexadecimal) =>
        Assert.False(EngineInputCodec.TryDecode(Convert.FromHexString(hexadecimal), new EngineInput()));

    [Fact]
    public void More_bytes_than_an_encoding_has_are_refused()
    {
        byte[] start = StartInputs.BytesOf(StartInputs.Seeds()[0].Input);
        var bytes = new byte[EngineInputCodec.MaximumLength + 1];
        start.CopyTo(bytes, 0);
        Assert.True(EngineInputCodec.TryDecode(bytes.AsSpan(0, EngineInputCodec.MaximumLength), new EngineInput()));
        Assert.False(EngineInputCodec.TryDecode(bytes, new EngineInput()));
    }

    [Fact]
    public void The_inputs_that_engines_start_from_survive()
    {
        (string Name, EngineInput Input)[] inputs = [.. StartInputs.Seeds(), .. StartInputs.Windows()];
        Assert.True(inputs.Length > 100);
        Assert.Contains(inputs, static each => each.Input.Schedule.Count > 0);
        foreach ((string name, EngineInput input) in inputs)
        {
            var decoded = new EngineInput();
            Assert.True(EngineInputCodec.TryDecode(StartInputs.BytesOf(input), decoded), name);
            Assert.True(AreEqual(input, decoded), name);
        }
    }

    [Fact]
    public void A_byte_of_the_header_is_strategy_and_seed()
    {
        byte[] bytes = StartInputs.BytesOf(StartInputs.Seeds()[0].Input);
        bytes[1] = 4;
        bytes[2] = 0xAB;
        bytes.AsSpan(3, 7).Clear();
        var input = new EngineInput();
        Assert.True(EngineInputCodec.TryDecode(bytes, input));
        Assert.Equal((ScheduleKind.RandomWalk, 0xABUL), (input.Strategy, input.Seed));
    }

    private static bool IsStable(byte[] bytes)
    {
        var first = new EngineInput();
        if (!EngineInputCodec.TryDecode(bytes, first))
        {
            return true;
        }

        var second = new EngineInput();
        return ScenarioRules.CheckNormal(first.Scenario) == ScenarioProblem.None
            && EngineInputCodec.TryDecode(StartInputs.BytesOf(first), second) && AreEqual(first, second);
    }

    private static bool AreEqual(EngineInput left, EngineInput right) =>
        left.Form == right.Form && left.Strategy == right.Strategy && left.Seed == right.Seed
        && left.Scenario.ContentEquals(right.Scenario)
        && left.Schedule.Deviations.SequenceEqual(right.Schedule.Deviations);
}
