// Engine inputs as bytes. The first byte says the form, and it is a letter, so that a dump of a file shows it:
//   S, kind of strategy (a byte), seed (eight bytes, low first), scenario;
//   D, scenario with its deviations.
// Scenario and deviations are as ScenarioCodec has them. Decoding never throws. What it refuses is what would be no run of its
// own: nothing, another first byte, a seed that is cut, more bytes than an encoding can have, a scenario without calls.
// Everything else is reduced to what is possible, as in ScenarioCodec, so that an engine's change of a byte mostly leaves an
// input. Expectations of calls are dropped, as a campaign's mutator does: what somebody expected of a scenario is not true of a
// changed one.

using System.Buffers.Binary;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Fuzz.Searching;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>Engine inputs to bytes and back.</summary>
public static class EngineInputCodec
{
    /// <summary>Room that <see cref="Encode"/> may need, in bytes; longer inputs are refused.</summary>
    public const int MaximumLength = SeededHeaderLength + ScenarioCodec.MaximumLength;

    /// <summary>First byte of an input with a strategy and a seed.</summary>
    public const byte SeededMark = (byte)'S';

    /// <summary>First byte of an input with deviations.</summary>
    public const byte ExactMark = (byte)'D';

    /// <summary>Bytes before the scenario of an input with a strategy and a seed.</summary>
    public const int SeededHeaderLength = SeedPlace + sizeof(ulong);

    private const int SeedPlace = 2;
    private const int StrategyCount = (int)ScheduleKind.PriorityChange + 1;

    /// <summary>Reads an input.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="input">Receives the input; meaningless when there is none.</param>
    /// <returns>Whether the bytes are one.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, EngineInput input)
    {
        if (bytes.IsEmpty || bytes.Length > MaximumLength)
        {
            return false;
        }

        switch (bytes[0])
        {
            case SeededMark when bytes.Length > SeededHeaderLength:
                input.Form = EngineForm.Seeded;
                input.Strategy = (ScheduleKind)(bytes[1] % StrategyCount);
                input.Seed = BinaryPrimitives.ReadUInt64LittleEndian(bytes[SeedPlace..]);
                ScenarioCodec.Decode(bytes[SeededHeaderLength..], input.Scenario, input.Schedule);
                input.Schedule.Clear();
                return KeepCalls(input.Scenario);
            case ExactMark:
                input.Form = EngineForm.Exact;
                input.Strategy = default;
                input.Seed = 0;
                ScenarioCodec.Decode(bytes[1..], input.Scenario, input.Schedule);
                return KeepCalls(input.Scenario);
            default:
                return false;
        }
    }

    /// <summary>Writes an input.</summary>
    /// <param name="input">The input; its scenario must be in normal order and have calls. Their expectations are lost.</param>
    /// <param name="bytes">Room for <see cref="MaximumLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Encode(EngineInput input, Span<byte> bytes)
    {
        Verify.That(input.Scenario.CallCount > 0, "a scenario without calls is no engine's input");
        if (input.Form == EngineForm.Exact)
        {
            bytes[0] = ExactMark;
            return 1 + ScenarioCodec.Encode(input.Scenario, input.Schedule, bytes[1..]);
        }

        Verify.That(input.Schedule.Count == 0, "an input with a seed has no deviations");
        bytes[0] = SeededMark;
        bytes[1] = (byte)input.Strategy;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[SeedPlace..], input.Seed);
        int length = ScenarioCodec.Encode(input.Scenario, input.Schedule, bytes[SeededHeaderLength..]);
        return SeededHeaderLength + length;
    }

    /// <summary>Removes what was expected of calls.</summary>
    /// <param name="scenario">The scenario.</param>
    internal static void DropExpectations(Scenario scenario)
    {
        for (int i = 0; i < scenario.CallCount; i++)
        {
            scenario.CallAt(i).Allowed = default;
        }
    }

    private static bool KeepCalls(Scenario scenario)
    {
        DropExpectations(scenario);
        return scenario.CallCount > 0;
    }
}
