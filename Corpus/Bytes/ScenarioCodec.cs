// Scenarios with schedules as bytes, for fuzzing engines that only know bytes. Every byte string is a scenario: numbers are
// reduced to their range, missing bytes are zero, what cannot stand is left out. Calls and results are records of fixed
// size, so that an engine that changes a byte changes one thing and one that moves a block moves calls. Names are not
// encoded; decoding gives the standard ones, hence decode(encode(p)) is p with standard names. The layout is an exchange
// format of engines, not of the store, and has no version:
//   pipes, devices, processes, threads, calls, results (a byte each), deviations (two bytes);
//   the process of each thread;
//   per call its kind, caller, handler, condition and six bytes of arguments;
//   per result its call, flags, errors, children and numbers;
//   per deviation party, next party and point (variable length);
//   per device its server and behaviour (a byte), up to the last that is not a terminal of the first server, but all of them
//   before a machine that is not the ordinary one;
//   processors and device for deadlines (a byte), unless the machine is the ordinary one.
// Actors are numbered processes, threads of the start, then children and cloned threads in the order of their forks and
// clones; parties as PartyName lists them. What was added later stands at the end, so that older bytes mean what they meant.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Bytes;

/// <summary>Scenario and schedule to bytes and back.</summary>
public static class ScenarioCodec
{
    /// <summary>Room that <see cref="Encode"/> may need, in bytes.</summary>
    public const int MaximumLength = HeaderLength + Scenario.MaximumStrands
        + (Scenario.MaximumCalls * (CallLength + ResultLength)) + (Schedule.Capacity * MaximumDeviationLength)
        + Scenario.MaximumResources + MachineLength;

    internal const int CallLength = 10;
    internal const int ResultLength = 12;
    internal const int ActorMask = 31;
    internal const int SettledFlag = 128;

    /// <summary>Kinds of devices that a byte holds with any server; those that came later stand behind them, in their
    /// order.</summary>
    internal const int OldBehaviourCount = (int)FileBehaviour.Slow + 1;

    private const int DeviceBytes = Scenario.MaximumServers * ((int)FileBehaviour.SlowCancel + 1);
    private const int DeviceBytesWithoutSlowCancel = Scenario.MaximumServers * ((int)FileBehaviour.Serial + 1);
    private const int HeaderLength = 8;
    private const int MachineLength = 1;
    private const int MaximumDeviationLength = 7;

    /// <summary>Makes a valid scenario in normal order, and a schedule for it, of any bytes. Allocates nothing.</summary>
    /// <param name="bytes">Any bytes; those beyond the last deviation mean nothing.</param>
    /// <param name="scenario">Receives the scenario.</param>
    /// <param name="schedule">Receives the schedule; parties are numbered as <see cref="PartyName.List"/> does.</param>
    public static void Decode(ReadOnlySpan<byte> bytes, Scenario scenario, Schedule schedule)
    {
        scenario.Clear();
        schedule.Clear();
        var reader = new ByteReader(bytes);
        var decoder = new ScenarioDecoder(scenario);
        var deviations = decoder.DecodeScenario(ref reader);
        ScenarioRepair.Apply(scenario);
        StandardNames.Apply(scenario);
        DecodeSchedule(ref reader, PartyName.Count(scenario), deviations, schedule);
        decoder.DecodeDevices(ref reader);
        decoder.DecodeMachine(ref reader);
    }

    /// <summary>Encodes a valid scenario in normal order and a schedule for it. Allocates nothing.</summary>
    /// <param name="scenario">The scenario; what is not in normal order is refused, since its bytes would name other parties.
    /// </param>
    /// <param name="schedule">The schedule; parties are numbered as <see cref="PartyName.List"/> does.</param>
    /// <param name="bytes">Room for <see cref="MaximumLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Encode(Scenario scenario, Schedule schedule, Span<byte> bytes)
    {
        Verify.That(ScenarioOrder.IsNormal(scenario), "a program that is not in normal order cannot be encoded");
        Span<byte> actors = stackalloc byte[Scenario.MaximumStrands];
        var encoder = new ScenarioEncoder(scenario, actors, bytes);
        return encoder.Encode(schedule);
    }

    /// <summary>What a device is like, as a byte.</summary>
    internal static int DeviceByteOf(in Resource device) => (int)device.Behaviour < OldBehaviourCount
        ? (device.Server * OldBehaviourCount) + (int)device.Behaviour
        : (Scenario.MaximumServers * (int)device.Behaviour) + device.Server;

    /// <summary>Makes a device what a byte says. Bytes that say nothing say what they said when there were fewer kinds.</summary>
    internal static void ApplyDeviceByte(int value, ref Resource device)
    {
        value = value < DeviceBytes ? value : value % DeviceBytesWithoutSlowCancel;
        bool isOld = value < Scenario.MaximumServers * OldBehaviourCount;
        device.Server = (byte)(isOld ? value / OldBehaviourCount : value % Scenario.MaximumServers);
        device.Behaviour = (FileBehaviour)(isOld ? value % OldBehaviourCount : value / Scenario.MaximumServers);
    }

    private static void DecodeSchedule(ref ByteReader reader, int parties, int count, Schedule schedule)
    {
        for (var i = 0; i < count && !reader.IsAtEnd; i++)
        {
            var party = (byte)reader.NextBelow(parties);
            var next = (byte)reader.NextBelow(parties);
            schedule.Add(new Deviation(party, next, reader.NextVariable()));
        }
    }
}
