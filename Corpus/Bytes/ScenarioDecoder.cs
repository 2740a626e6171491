// The decoding half of ScenarioCodec. It reads all records first as they are, then gives them strands and outputs, then
// arguments, because a call may name what a later one creates. It may leave calls that refer to nothing and handlers
// without calls; ScenarioRepair removes them afterwards. What Encode writes needs no repair.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Bytes;

/// <summary>Builds one scenario of bytes.</summary>
internal readonly ref struct ScenarioDecoder
{
    private readonly Scenario scenario;

    internal ScenarioDecoder(Scenario scenario)
    {
        this.scenario = scenario;
    }

    /// <summary>Reads everything but the deviations and returns how many of those are announced.</summary>
    internal int DecodeScenario(ref ByteReader reader)
    {
        var pipes = reader.NextBelow((Scenario.MaximumResources / 2) + 1);
        var devices = Math.Min(reader.NextBelow(Scenario.MaximumResources - (2 * pipes) + 1), Scenario.MaximumDevices);
        var processes = reader.NextBelow(Scenario.MaximumProcesses + 1);
        var threads = reader.NextBelow(processes == 0 ? 0 : Scenario.MaximumActors - processes + 1);
        var calls = reader.NextBelow(Scenario.MaximumCalls + 1);
        var results = reader.NextBelow(Scenario.MaximumCalls + 1);
        var deviations = reader.NextUInt16() % (Schedule.Capacity + 1);
        AddPrelude(pipes, devices);
        AddActors(ref reader, processes, threads);
        DecodeCalls(ref reader, calls);
        for (var i = 0; i < results && !reader.IsAtEnd; i++)
        {
            DecodeResult(ref reader, processes + threads);
        }

        return deviations;
    }

    /// <summary>Reads what devices are like; repair keeps all devices, in their order.</summary>
    internal void DecodeDevices(ref ByteReader reader)
    {
        for (var i = 0; i < scenario.ResourceCount && !reader.IsAtEnd; i++)
        {
            ref var resource = ref scenario.ResourceAt(i);
            if (resource.Kind == ResourceKind.Device)
            {
                ScenarioCodec.ApplyDeviceByte(reader.Next(), ref resource);
            }
        }
    }

    /// <summary>Reads what the machine is like.</summary>
    internal void DecodeMachine(ref ByteReader reader)
    {
        if (reader.IsAtEnd)
        {
            return;
        }

        var value = reader.NextBelow(Scenario.MaximumProcessors * ((int)AlarmKind.Hpet + 1));
        scenario.ProcessorCount = (value % Scenario.MaximumProcessors) + 1;
        scenario.Alarm = (AlarmKind)(value / Scenario.MaximumProcessors);
        scenario.ProcessorCount = scenario.Alarm == AlarmKind.Hpet ? 1 : scenario.ProcessorCount;
    }

    private void AddPrelude(int pipes, int devices)
    {
        for (var i = 0; i < pipes; i++)
        {
            AddPipe(isPrelude: true);
        }

        for (var i = 0; i < devices; i++)
        {
            scenario.AddResource(Resource.Of(ResourceKind.Device, isPrelude: true, default));
        }
    }

    private int AddPipe(bool isPrelude)
    {
        if (scenario.ResourceCount + 2 > Scenario.MaximumResources)
        {
            return Scenario.None;
        }

        var first = scenario.AddResource(Resource.Of(ResourceKind.PipeRead, isPrelude, default));
        scenario.AddResource(Resource.Of(ResourceKind.PipeWrite, isPrelude, default));
        return first;
    }

    private void AddActors(ref ByteReader reader, int processes, int threads)
    {
        for (var i = 0; i < processes; i++)
        {
            scenario.AddStrand(Strand.ForProcess(i, default));
        }

        for (var i = 0; i < threads; i++)
        {
            scenario.AddStrand(Strand.ForThread(reader.NextBelow(processes), default));
        }
    }

    private void DecodeCalls(ref ByteReader reader, int count)
    {
        Span<byte> records = stackalloc byte[Scenario.MaximumCalls * ScenarioCodec.CallLength];
        var read = 0;
        while (read < count && !reader.IsAtEnd)
        {
            foreach (ref var part in records.Slice(read * ScenarioCodec.CallLength, ScenarioCodec.CallLength))
            {
                part = reader.Next();
            }

            read++;
        }

        records = records[..(read * ScenarioCodec.CallLength)];
        var firstCreated = scenario.StrandCount;
        AddCreated(records);
        var actors = scenario.StrandCount;
        Span<sbyte> creators = stackalloc sbyte[Scenario.MaximumActors];
        ReadCreators(records, firstCreated, creators);
        AdoptCreated(firstCreated, creators);
        var created = firstCreated;
        for (var i = 0; i < read; i++)
        {
            AddCall(records.Slice(i * ScenarioCodec.CallLength, ScenarioCodec.CallLength), actors, creators, ref created);
        }

        for (var i = 0; i < read; i++)
        {
            var record = records.Slice(i * ScenarioCodec.CallLength, ScenarioCodec.CallLength);
            DecodeArguments(ref scenario.CallAt(i), record, actors);
        }
    }

    /// <summary>Adds a strand for each record that creates one, as far as there is room.</summary>
    private void AddCreated(ReadOnlySpan<byte> records)
    {
        for (var i = 0; i < records.Length && scenario.StrandCount > 0; i += ScenarioCodec.CallLength)
        {
            ref readonly var description = ref CallTable.Of(KindOf(records[i]));
            if (description.Has(CallFlags.CreatesChild))
            {
                scenario.AddStrand(Strand.ForChild(scenario.StrandCount, 0, default));
            }
            else if (description.Has(CallFlags.CreatesThread))
            {
                scenario.AddStrand(Strand.ForClone(0, default));
            }
        }
    }

    /// <summary>
    /// Whether the record creates the strand <paramref name="created"/>. A record for which there was no room creates nothing;
    /// all later ones of its kind had none either, so the next strand is of the other kind then.
    /// </summary>
    private bool Creates(CallKind kind, int created, int actors) =>
        CallTable.Of(kind).CreatesStrand && created < actors && ScenarioRules.IsCreatedBy(kind, scenario.Strands[created]);

    private void ReadCreators(ReadOnlySpan<byte> records, int firstCreated, Span<sbyte> creators)
    {
        var actors = scenario.StrandCount;
        var created = firstCreated;
        for (var i = 0; i < records.Length; i += ScenarioCodec.CallLength)
        {
            if (Creates(KindOf(records[i]), created, actors))
            {
                creators[created++] = (sbyte)(records[i + 1] % actors);
            }
        }
    }

    /// <summary>Gives created strands their process or parent, and those that only themselves would create to the first
    /// process.</summary>
    private void AdoptCreated(int firstCreated, Span<sbyte> creators)
    {
        for (var i = firstCreated; i < scenario.StrandCount; i++)
        {
            var ancestor = i;
            for (var steps = 0; ancestor >= firstCreated && steps < scenario.StrandCount; steps++)
            {
                ancestor = creators[ancestor];
            }

            creators[i] = ancestor >= firstCreated ? (sbyte)0 : creators[i];
        }

        for (var i = firstCreated; i < scenario.StrandCount; i++)
        {
            var creator = creators[i];
            while (scenario.Strands[creator].IsCloned)
            {
                creator = creators[creator];
            }

            ref var strand = ref scenario.StrandAt(i);
            strand.Parent = scenario.Strands[creator].Process;
            strand.Process = strand.Kind == StrandKind.Thread ? strand.Parent : strand.Process;
        }
    }

    private static CallKind KindOf(byte value) => (CallKind)(1 + (value % (CallTable.Count - 1)));

    /// <summary>Adds a call for a record whatever it is worth, so that calls and records keep the same indices.</summary>
    private void AddCall(ReadOnlySpan<byte> record, int actors, ReadOnlySpan<sbyte> creators, ref int created)
    {
        var kind = KindOf(record[0]);
        var call = Call.Of(0, kind);
        var strand = StrandOf(kind, record, actors);
        if (Creates(kind, created, actors))
        {
            strand = creators[created];
            call.Output0 = (sbyte)created++;
        }
        else if (CallTable.Of(kind).CreatesStrand)
        {
            strand = Scenario.None;
        }
        else if (kind == CallKind.Pipe && strand >= 0)
        {
            call.Output0 = (sbyte)AddPipe(isPrelude: false);
            call.Output1 = (sbyte)(call.Output0 + 1);
            strand = call.Output0 < 0 ? Scenario.None : strand;
        }

        if (strand < 0)
        {
            call = Call.Of(0, CallKind.None);
        }
        else
        {
            call.Strand = (byte)strand;
        }

        scenario.AddCall(call);
    }

    private int StrandOf(CallKind kind, ReadOnlySpan<byte> record, int actors)
    {
        ref readonly var description = ref CallTable.Of(kind);
        if ((description.Callers & CallerKinds.Actors) == 0)
        {
            var environment = (description.Callers & CallerKinds.Time) != 0 ? StrandKind.Time : StrandKind.Line;
            return FindOrAdd(scenario.FindEnvironment(environment), Strand.ForEnvironment(environment));
        }

        if (actors == 0)
        {
            return Scenario.None;
        }

        var caller = record[1] % actors;
        var signal = (record[2] & ScenarioCodec.ActorMask) - 1;
        if ((uint)signal >= SignalTable.Count || !description.MayBeMadeBy(StrandKind.Handler))
        {
            return caller;
        }

        var process = scenario.Strands[caller].Process;
        return FindOrAdd(scenario.FindHandler(process, signal), Strand.ForHandler(process, signal));
    }

    private int FindOrAdd(int existing, in Strand strand) => existing >= 0 ? existing : scenario.AddStrand(strand);

    private void DecodeArguments(ref Call call, ReadOnlySpan<byte> record, int actors)
    {
        var condition = (record[3] & ScenarioCodec.ActorMask) - 1;
        call.WhenBlocked = (sbyte)(condition < actors && condition != call.Strand ? condition : Scenario.None);
        call.WhenSettled = call.WhenBlocked >= 0 && (record[3] & ScenarioCodec.SettledFlag) != 0;
        ref readonly var description = ref CallTable.Of(call.Kind);
        var reader = new ByteReader(record[4..]);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = DecodeArgument(ref reader, kind);
            var isVoid = kind == ArgumentKind.OptionalPollEvents && call.Argument(i - 1) < 0;
            call.SetArgument(i, isVoid ? 0 : value);
        }
    }

    private int DecodeArgument(ref ByteReader reader, ArgumentKind kind)
    {
        switch (kind)
        {
            case ArgumentKind.Descriptor or ArgumentKind.PollDescriptor:
                return scenario.ResourceCount == 0 ? Scenario.None : reader.NextBelow(scenario.ResourceCount);
            case ArgumentKind.OptionalPollDescriptor:
                return reader.NextBelow(scenario.ResourceCount + 1) - 1;
            case ArgumentKind.Device:
                return Nth(reader.NextBelow(CountDevices()), ResourceKind.Device);
            case ArgumentKind.Process:
                return NthProcess(reader.NextBelow(CountProcesses()));
            case ArgumentKind.ProcessOrAny:
                return NthProcess(reader.NextBelow(CountProcesses() + 1) - 1);
            case ArgumentKind.Thread:
                return NthActor(reader.NextBelow(CountProcesses() + CountKind(StrandKind.Thread)));
            case ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents:
                return 1 + reader.NextBelow((int)PollEvents.Both);
            case ArgumentKind.SignalSet:
                return reader.NextUInt16() & SignalTable.AllMask;
            default:
                return DecodeNumber(ref reader, CallTable.MinimumOf(kind), CallTable.MaximumOf(kind));
        }
    }

    private static int DecodeNumber(ref ByteReader reader, int minimum, int maximum)
    {
        var range = maximum - minimum + 1;
        return minimum + (range > byte.MaxValue + 1 ? reader.NextUInt16() % range : reader.NextBelow(range));
    }

    private int CountKind(StrandKind kind)
    {
        var count = 0;
        foreach (ref readonly var strand in scenario.Strands)
        {
            count += strand.Kind == kind ? 1 : 0;
        }

        return count;
    }

    private int CountProcesses() => CountKind(StrandKind.Process) + CountKind(StrandKind.Child);

    private int CountDevices()
    {
        var count = 0;
        foreach (ref readonly var resource in scenario.Resources)
        {
            count += resource.Kind == ResourceKind.Device ? 1 : 0;
        }

        return count;
    }

    private int Nth(int number, ResourceKind kind)
    {
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            if (scenario.Resources[i].Kind == kind && number-- == 0)
            {
                return i;
            }
        }

        return Scenario.None;
    }

    private int NthProcess(int number)
    {
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (scenario.Strands[i].IsProcess && number-- == 0)
            {
                return i;
            }
        }

        return Scenario.None;
    }

    private int NthActor(int number) =>
        number < scenario.StrandCount && scenario.Strands[number].IsActor ? number : Scenario.None;

    private void DecodeResult(ref ByteReader reader, int firstChild)
    {
        var index = reader.NextBelow(scenario.CallCount);
        var flags = reader.Next();
        var errnos = reader.NextUInt32();
        var children = reader.NextUInt16();
        Span<byte> values = [reader.Next(), reader.Next(), reader.Next(), reader.Next()];
        if (scenario.CallCount == 0)
        {
            return;
        }

        ref var call = ref scenario.CallAt(index);
        var result = CallTable.Of(call.Kind).Result;
        if (result == ResultKind.None)
        {
            return;
        }

        AddPlainResults(ref call.Allowed, flags, errnos, values);
        for (var bit = 0; bit < Scenario.MaximumStrands - firstChild && result == ResultKind.Process; bit++)
        {
            var strand = firstChild + bit;
            if ((children & (1 << bit)) != 0 && strand < scenario.StrandCount
                && scenario.Strands[strand].Kind == StrandKind.Child)
            {
                call.Allowed.TryAddChild(strand);
            }
        }
    }

    private static void AddPlainResults(ref AllowedResults allowed, byte flags, uint errnos, ReadOnlySpan<byte> values)
    {
        if ((flags & ScenarioEncoder.OkFlag) != 0)
        {
            allowed.TryAddAnySuccess();
        }

        if ((flags & ScenarioEncoder.BlockedFlag) != 0)
        {
            allowed.TryAddBlocked();
        }

        for (var i = 0; i < ErrnoTable.Count; i++)
        {
            if ((errnos & (1U << i)) != 0)
            {
                allowed.TryAddErrno(i);
            }
        }

        var count = (flags >> ScenarioEncoder.ValueCountShift) % (AllowedResults.MaximumValues + 1);
        foreach (var value in values[..count])
        {
            allowed.TryAddValue(value);
        }
    }
}
