// What one processor asks of another (kernel/thor/arch/x86/pic.cpp, sendPingIpi, sendShootdownIpi). A ping makes a processor
// look at its run queue; it is sent only when the thread that got something to do runs elsewhere. A shoot-down goes to all, the
// sender included, and is over when every processor has handled it.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Interrupts between processors.</summary>
public sealed unsafe class InterprocessorInterrupts
{
    private readonly KernelHardware hardware;
    private readonly uint* pings;
    private readonly uint* missingShootdowns;

    internal InterprocessorInterrupts(KernelHardware hardware, Arena arena)
    {
        this.hardware = hardware;
        pings = arena.ReserveHot<uint>(Processors.Maximum);
        missingShootdowns = arena.ReserveHot<uint>(1);
    }

    /// <summary>Whether a shoot-down is under way.</summary>
    public bool IsShootingDown => *missingShootdowns != 0;

    /// <summary>How many pings a processor has handled; coalesced ones count as one.</summary>
    /// <param name="processor">The processor.</param>
    /// <returns>The number.</returns>
    public uint PingsOf(int processor) => pings[processor];

    /// <summary>Pings the processor of a thread that was given something to do, unless the sender runs there.</summary>
    /// <param name="sender">Sending processor.</param>
    /// <param name="target">Processor of the thread.</param>
    public void Ping(int sender, int target)
    {
        if (sender != target)
        {
            hardware.Controllers.Send(sender, target, Vectors.Ping);
            hardware.Announce();
        }
    }

    /// <summary>Begins a shoot-down; the last one must be over.</summary>
    /// <param name="sender">Sending processor.</param>
    public void ShootDown(int sender)
    {
        Verify.That(!IsShootingDown, "shoot-down while another is under way");
        *missingShootdowns = (1u << hardware.Processors.Count) - 1;
        hardware.Controllers.Broadcast(sender, Vectors.Shootdown);
        hardware.Announce();
    }

    internal void Handle(int processor, byte vector)
    {
        if (vector == Vectors.Ping)
        {
            pings[processor]++;
            return;
        }

        *missingShootdowns &= ~(1u << processor);
    }
}
