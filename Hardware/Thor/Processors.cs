// The processors of the machine as parties of the world. A party is enabled while its processor has an interrupt to take or a
// timer to act on; when that happens among everything else is a choice of the schedule. Every other party is pinned to a
// processor, whose timer engine takes what the party arms.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Processors and who runs on them.</summary>
public sealed class Processors : IPartyBody
{
    /// <summary>Number of processors at most.</summary>
    public const int Maximum = Scenario.MaximumProcessors;

    private readonly World world;
    private readonly sbyte[] partyOf = new sbyte[Maximum];
    private readonly byte[] processorOf = new byte[Scheduler.MaxParties];
    private InterruptEntry? entry;

    internal Processors(World world) => this.world = world;

    /// <summary>Number of processors that are used.</summary>
    public int Count { get; internal set; } = 1;

    /// <summary>Processor that the running party is pinned to.</summary>
    public int Current => processorOf[world.Scheduler.Current];

    /// <summary>Adds the party of a processor; at the start of a run.</summary>
    /// <param name="processor">The processor.</param>
    /// <returns>Number of the party.</returns>
    public int Start(int processor)
    {
        int party = world.Scheduler.AddParty(PartyKind.Processor, this);
        partyOf[processor] = (sbyte)party;
        processorOf[party] = (byte)processor;
        return party;
    }

    /// <summary>Pins a party to a processor; at the start of a run.</summary>
    /// <param name="party">The party.</param>
    /// <param name="processor">The processor.</param>
    public void Pin(int party, int processor) => processorOf[party] = (byte)processor;

    /// <summary>A thread that was blocked runs on on the next processor: whoever wakes it has balanced the load.</summary>
    /// <param name="party">The party.</param>
    public void Migrate(int party) => processorOf[party] = (byte)((processorOf[party] + 1) % Count);

    /// <inheritdoc/>
    public void Run(int party)
    {
        entry!.Run(processorOf[party]);
        Update();
    }

    internal void Use(InterruptEntry handler) => entry = handler;

    /// <summary>Enables the processors that have something to do, and time when a device will act.</summary>
    internal void Update()
    {
        for (int processor = 0; processor < Count; processor++)
        {
            int party = partyOf[processor];
            if (!entry!.HasWork(processor))
            {
                world.Scheduler.Disable(party);
                continue;
            }

            // Which interrupt is the first to be taken depends on all that are requested by then.
            world.Writes(ObjectKind.Processor, (uint)processor);
            world.Scheduler.Enable(party);
        }

        if (world.Timers.CanPass)
        {
            world.Scheduler.Enable(World.TimeParty);
        }
        else
        {
            world.Scheduler.Disable(World.TimeParty);
        }
    }
}
