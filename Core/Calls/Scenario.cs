// A scenario in flat form: bounded arrays of strands, calls and resources, allocated once and reused for every load. It is
// what text, bytes, generator and shrinker produce and what the runner executes. The order of calls is the order of lines; it
// has meaning only within a strand, where Link() turns it into links that the runner follows. A scenario says nothing about
// schedules. Nothing here checks that a scenario makes sense: that is ScenarioRules, which everybody who makes scenarios obeys.

namespace Managarm.Perf.Core.Calls;

/// <summary>A scenario in flat form; reused between loads.</summary>
public sealed class Scenario
{
    /// <summary>No strand, call, resource or signal.</summary>
    public const sbyte None = -1;

    /// <summary>The greatest number of strands: threads, handlers and the environment.</summary>
    public const int MaximumStrands = 32;

    /// <summary>The greatest number of processes, those that a call creates included.</summary>
    public const int MaximumProcesses = 8;

    /// <summary>The greatest number of threads, the main threads of processes included.</summary>
    public const int MaximumActors = 16;

    /// <summary>The greatest number of calls.</summary>
    public const int MaximumCalls = 96;

    /// <summary>The greatest number of resources.</summary>
    public const int MaximumResources = 16;

    /// <summary>The greatest number of devices; each of them may be a serial port.</summary>
    public const int MaximumDevices = 8;

    /// <summary>The greatest number of external file servers.</summary>
    public const int MaximumServers = 4;

    /// <summary>The greatest number of processors.</summary>
    public const int MaximumProcessors = 4;

    private readonly Strand[] strands = new Strand[MaximumStrands];
    private readonly Call[] calls = new Call[MaximumCalls];
    private readonly Resource[] resources = new Resource[MaximumResources];
    private readonly sbyte[] firstCall = new sbyte[MaximumStrands];
    private readonly sbyte[] nextInStrand = new sbyte[MaximumCalls];
    private readonly sbyte[] creatorOfStrand = new sbyte[MaximumStrands];
    private readonly sbyte[] creatorOfResource = new sbyte[MaximumResources];
    private readonly sbyte[] handlers = new sbyte[MaximumStrands * SignalTable.Count];

    /// <summary>The strands.</summary>
    public ReadOnlySpan<Strand> Strands => strands.AsSpan(0, StrandCount);

    /// <summary>The calls in the order of lines.</summary>
    public ReadOnlySpan<Call> Calls => calls.AsSpan(0, CallCount);

    /// <summary>The resources.</summary>
    public ReadOnlySpan<Resource> Resources => resources.AsSpan(0, ResourceCount);

    /// <summary>The number of strands.</summary>
    public int StrandCount { get; private set; }

    /// <summary>The number of calls.</summary>
    public int CallCount { get; private set; }

    /// <summary>The number of resources.</summary>
    public int ResourceCount { get; private set; }

    /// <summary>The number of processors of the machine.</summary>
    public int ProcessorCount { get; set; } = 1;

    /// <summary>The device for deadlines; one with the HPET has one processor.</summary>
    public AlarmKind Alarm { get; set; }

    /// <summary>Whether the machine is the ordinary one.</summary>
    public bool HasPlainMachine => ProcessorCount == 1 && Alarm == AlarmKind.TscDeadline;

    /// <summary>The strand at <paramref name="index"/>, for change.</summary>
    public ref Strand StrandAt(int index) => ref strands[index];

    /// <summary>The call at <paramref name="index"/>, for change; call <see cref="Link"/> when the strand changes.</summary>
    public ref Call CallAt(int index) => ref calls[index];

    /// <summary>The resource at <paramref name="index"/>, for change.</summary>
    public ref Resource ResourceAt(int index) => ref resources[index];

    /// <summary>The first call of a strand, or -1. Valid after <see cref="Link"/>.</summary>
    public int FirstCall(int strand) => firstCall[strand];

    /// <summary>The call after <paramref name="call"/> in its strand, or -1. Valid after <see cref="Link"/>.</summary>
    public int NextInStrand(int call) => nextInStrand[call];

    /// <summary>The number of calls of a strand. Valid after <see cref="Link"/>.</summary>
    public int CountCalls(int strand)
    {
        var count = 0;
        for (int call = firstCall[strand]; call >= 0; call = nextInStrand[call])
        {
            count++;
        }

        return count;
    }

    /// <summary>The fork or clone that creates a strand, or -1. Valid after <see cref="Link"/>.</summary>
    public int CreatorOfStrand(int strand) => creatorOfStrand[strand];

    /// <summary>The pipe call that creates a resource, or -1 for the prelude. Valid after <see cref="Link"/>.</summary>
    public int CreatorOfResource(int resource) => creatorOfResource[resource];

    /// <summary>
    /// The handler strand that runs when <paramref name="process"/> takes the signal with index <paramref name="signal"/>:
    /// its own,
    /// else that of the nearest ancestor (fork copies handlers), or -1 for an empty body. Valid after <see cref="Link"/>.
    /// </summary>
    public int HandlerOf(int process, int signal) => handlers[(process * SignalTable.Count) + signal];

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        StrandCount = 0;
        CallCount = 0;
        ResourceCount = 0;
        ProcessorCount = 1;
        Alarm = AlarmKind.TscDeadline;
    }

    /// <summary>Makes this scenario equal to <paramref name="source"/>, links included.</summary>
    public void CopyFrom(Scenario source)
    {
        StrandCount = source.StrandCount;
        CallCount = source.CallCount;
        ResourceCount = source.ResourceCount;
        ProcessorCount = source.ProcessorCount;
        Alarm = source.Alarm;
        source.Strands.CopyTo(strands);
        source.Calls.CopyTo(calls);
        source.Resources.CopyTo(resources);
        source.firstCall.AsSpan(0, StrandCount).CopyTo(firstCall);
        source.nextInStrand.AsSpan(0, CallCount).CopyTo(nextInStrand);
        source.creatorOfStrand.AsSpan(0, StrandCount).CopyTo(creatorOfStrand);
        source.creatorOfResource.AsSpan(0, ResourceCount).CopyTo(creatorOfResource);
        source.handlers.AsSpan(0, StrandCount * SignalTable.Count).CopyTo(handlers);
    }

    /// <summary>Whether both programs have the same machine, strands, calls and resources in the same order, names
    /// included.</summary>
    public bool ContentEquals(Scenario other)
    {
        if (StrandCount != other.StrandCount || ResourceCount != other.ResourceCount || CallCount != other.CallCount)
        {
            return false;
        }

        return ProcessorCount == other.ProcessorCount && Alarm == other.Alarm
            && StrandsEqual(other) && ResourcesEqual(other) && CallsEqual(other);
    }

    /// <summary>The number of processes, main threads being counted.</summary>
    public int CountProcesses()
    {
        var count = 0;
        foreach (ref readonly var strand in Strands)
        {
            count += strand.IsProcess ? 1 : 0;
        }

        return count;
    }

    /// <summary>The number of threads, main threads included.</summary>
    public int CountActors()
    {
        var count = 0;
        foreach (ref readonly var strand in Strands)
        {
            count += strand.IsActor ? 1 : 0;
        }

        return count;
    }

    /// <summary>The number of devices.</summary>
    public int CountDevices()
    {
        var count = 0;
        foreach (ref readonly var resource in Resources)
        {
            count += resource.Kind == ResourceKind.Device ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether there is room for one more strand of this kind.</summary>
    public bool HasRoomFor(StrandKind kind)
    {
        if (StrandCount == MaximumStrands)
        {
            return false;
        }

        return kind switch
        {
            StrandKind.Process or StrandKind.Child => CountProcesses() < MaximumProcesses && CountActors() < MaximumActors,
            StrandKind.Thread => CountActors() < MaximumActors,
            _ => true,
        };
    }

    /// <summary>Adds a strand and returns its index, or -1 when there is no room.</summary>
    public int AddStrand(in Strand strand)
    {
        if (!HasRoomFor(strand.Kind))
        {
            return None;
        }

        strands[StrandCount] = strand;
        return StrandCount++;
    }

    /// <summary>Adds a resource and returns its index, or -1 when there is no room.</summary>
    public int AddResource(in Resource resource)
    {
        if (ResourceCount == MaximumResources
            || (resource.Kind == ResourceKind.Device && CountDevices() == MaximumDevices))
        {
            return None;
        }

        resources[ResourceCount] = resource;
        return ResourceCount++;
    }

    /// <summary>Adds a call at the end and returns its index, or -1 when there is no room.</summary>
    public int AddCall(in Call call) => InsertCall(CallCount, call) ? CallCount - 1 : None;

    /// <summary>Inserts a call before the one at <paramref name="index"/>; false when there is no room.</summary>
    public bool InsertCall(int index, in Call call)
    {
        if (CallCount == MaximumCalls)
        {
            return false;
        }

        var inserted = call;
        calls.AsSpan(index, CallCount - index).CopyTo(calls.AsSpan(index + 1));
        calls[index] = inserted;
        CallCount++;
        return true;
    }

    /// <summary>Removes the call at <paramref name="index"/>.</summary>
    public void RemoveCall(int index)
    {
        calls.AsSpan(index + 1, CallCount - index - 1).CopyTo(calls.AsSpan(index));
        CallCount--;
    }

    /// <summary>Cuts the strands and resources to the given numbers; the caller has removed all references to the rest.</summary>
    public void Truncate(int strandCount, int resourceCount)
    {
        StrandCount = strandCount;
        ResourceCount = resourceCount;
    }

    /// <summary>The strand of the actor with this name, or -1.</summary>
    public int FindStrand(ShortName name)
    {
        for (var i = 0; i < StrandCount; i++)
        {
            if (strands[i].IsActor && strands[i].Name == name)
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>The resource with this name, or -1.</summary>
    public int FindResource(ShortName name)
    {
        for (var i = 0; i < ResourceCount; i++)
        {
            if (resources[i].Name == name)
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>The strand of this kind of the environment, or -1.</summary>
    public int FindEnvironment(StrandKind kind)
    {
        for (var i = 0; i < StrandCount; i++)
        {
            if (strands[i].Kind == kind)
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>The strand that is the handler of exactly this process and signal, or -1; see <see cref="HandlerOf"/>.</summary>
    public int FindHandler(int process, int signal)
    {
        for (var i = 0; i < StrandCount; i++)
        {
            ref readonly var strand = ref strands[i];
            if (strand.Kind == StrandKind.Handler && strand.Process == process && strand.Signal == signal)
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>Computes the links between calls, creators and handlers. To be called after every change.</summary>
    public void Link()
    {
        firstCall.AsSpan().Fill(None);
        creatorOfStrand.AsSpan().Fill(None);
        creatorOfResource.AsSpan().Fill(None);
        for (var i = CallCount - 1; i >= 0; i--)
        {
            ref readonly var call = ref calls[i];
            nextInStrand[i] = firstCall[call.Strand];
            firstCall[call.Strand] = (sbyte)i;
            LinkOutputs(i, call);
        }

        LinkHandlers();
    }

    private bool StrandsEqual(Scenario other)
    {
        for (var i = 0; i < StrandCount; i++)
        {
            if (!strands[i].ContentEquals(other.strands[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool ResourcesEqual(Scenario other)
    {
        for (var i = 0; i < ResourceCount; i++)
        {
            if (!resources[i].ContentEquals(other.resources[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool CallsEqual(Scenario other)
    {
        for (var i = 0; i < CallCount; i++)
        {
            if (!calls[i].ContentEquals(other.calls[i]))
            {
                return false;
            }
        }

        return true;
    }

    private void LinkOutputs(int index, in Call call)
    {
        if (CallTable.Of(call.Kind).CreatesStrand)
        {
            creatorOfStrand[call.Output0] = (sbyte)index;
        }
        else if (call.Kind == CallKind.Pipe)
        {
            creatorOfResource[call.Output0] = (sbyte)index;
            creatorOfResource[call.Output1] = (sbyte)index;
        }
    }

    private void LinkHandlers()
    {
        handlers.AsSpan().Fill(None);
        for (var i = 0; i < StrandCount; i++)
        {
            ref readonly var strand = ref strands[i];
            if (strand.Kind == StrandKind.Handler)
            {
                handlers[(strand.Process * SignalTable.Count) + strand.Signal] = (sbyte)i;
            }
        }

        for (var round = 0; round < StrandCount && InheritHandlers(); round++)
        {
        }
    }

    private bool InheritHandlers()
    {
        var changed = false;
        for (var i = 0; i < StrandCount; i++)
        {
            if (strands[i].Kind != StrandKind.Child)
            {
                continue;
            }

            var own = handlers.AsSpan(i * SignalTable.Count, SignalTable.Count);
            var inherited = handlers.AsSpan(strands[i].Parent * SignalTable.Count, SignalTable.Count);
            for (var signal = 0; signal < SignalTable.Count; signal++)
            {
                if (own[signal] < 0 && inherited[signal] >= 0)
                {
                    own[signal] = inherited[signal];
                    changed = true;
                }
            }
        }

        return changed;
    }
}
